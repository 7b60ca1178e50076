"""The authoring pages in a browser."""
