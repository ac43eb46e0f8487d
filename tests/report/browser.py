"""Debian's Chromium, without a screen, to look at a page as a reader does."""
import base64
import json
import pathlib
import re
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage")
IMAGES = """return Promise.all(Array.from(document.images).map(image => image.decode().catch(() => null))).then(() => Array.from(document.images).map(image => ({
  width: image.naturalWidth, alt: image.alt, narrow: image.currentSrc !== image.src, title: image.closest("figure")?.querySelector("h3")?.textContent, caption: image.closest("figure")?.querySelector("figcaption")?.textContent})))"""


class Browser:
    """A page at a time, at the width of a desk, of a phone, and on paper."""

    def __init__(self, browser, driver):
        options = webdriver.ChromeOptions()
        options.binary_location = browser
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        for flag in (*FLAGS, "--user-data-dir=%s" % self.profile.name):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service(driver), options=options)

    def close(self):
        """Ends it."""
        self.driver.quit()
        self.profile.cleanup()

    def open(self, path, width=1280):
        """Loads a file; returns what else it has asked for (addresses), which should be nothing."""
        self.driver.get_log("performance")
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600})
        address = pathlib.Path(path).resolve().as_uri()
        self.driver.get(address)
        self.images()
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        asked = [message["params"]["request"]["url"] for message in messages if message["method"] == "Network.requestWillBeSent"]
        return [url for url in asked if url != address and not url.startswith("data:")]

    def images(self):
        """[{width, alt, narrow, title, caption}] once all are decoded; width 0: broken."""
        return self.driver.execute_script(IMAGES)

    def text(self, selector):
        """Text of the elements that match."""
        return self.driver.execute_script("return Array.from(document.querySelectorAll(arguments[0])).map(e => e.textContent.trim())", selector)

    def table(self, selector):
        """Rows of cells of a table's body."""
        return self.driver.execute_script("return Array.from(document.querySelectorAll(arguments[0] + ' tbody tr')).map(row => Array.from(row.cells).map(cell => cell.textContent.trim()))", selector)

    def links(self):
        """Addresses that the page links to."""
        return self.driver.execute_script("return Array.from(document.links).map(link => link.href)")

    def sideways(self):
        """By how many px the page is wider than the screen."""
        return self.driver.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def standards_mode(self):
        """Is it read as HTML5, not in quirks mode?"""
        return self.driver.execute_script("return document.compatMode") == "CSS1Compat"

    def pages(self):
        """Number of pages on paper."""
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        done = self.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
        return len(re.findall(rb"/Type\s*/Page\b", base64.b64decode(done["data"])))
