"""The pictures of docs/: cases are run, rendered and reduced, and docs/gallery.md is written; scripts/gallery.sh calls it."""
