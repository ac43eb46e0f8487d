"""A program on a terminal of its own, and what its user would see."""
import fcntl
import os
import pty
import re
import select
import struct
import termios
import time

COLUMNS, ROWS = 80, 24


class Terminal:
    """Starts a program as a shell would, in the foreground of a terminal of so many columns."""

    def __init__(self, command, env, columns=COLUMNS):
        self.columns, self.written, self.status = columns, b"", None
        self.process, self.handle = pty.fork()
        if self.process == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
            os.execvpe(command[0], command, {"TERM": "xterm", **env})

    def read(self, seconds=60.0, until=None):
        """Waits for the end, or until what was written matches a pattern; True: it came."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if until and re.search(until, self.text()):
                return True
            if not select.select([self.handle], [], [], 0.1)[0]:
                continue
            try:
                more = os.read(self.handle, 65536)
            except OSError:  # the program has closed it
                more = b""
            if not more:
                self.status = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
                return until is None
            self.written += more
        return False

    def text(self):
        return self.written.decode()

    def drawings(self):
        """Every line that was drawn in place, in order."""
        return re.findall(r"(?:\r\x1b\[J|\n)((?:day|rate-|[0-9.]+ mm/day)[^\r\n\x1b]*)", self.text())

    def resize(self, columns):
        self.columns = columns
        fcntl.ioctl(self.handle, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))

    def screen(self):
        """The lines as they stand at the end, those that are too wide not broken."""
        lines, row, column = [""], 0, 0
        for piece in re.findall(r"\x1b\[\d*[A-Z]|\r|\n|[^\x1b\r\n]+", self.text()):
            if piece == "\r":
                column = 0
            elif piece == "\n":
                row += 1
                lines += [""] * (row + 1 - len(lines))
            elif piece == "\x1b[J":
                lines[row:] = [lines[row][:column]]
            elif piece[0] == "\x1b" and piece[-1] == "A":
                row -= int(piece[2:-1] or 1)
                assert row >= 0, "the cursor leaves the screen"
            else:
                assert piece[0] != "\x1b", "an unknown sequence: %r" % piece
                lines[row] = lines[row][:column].ljust(column) + piece + lines[row][column + len(piece):]
                column += len(piece)
        return [line for line in lines if line]
