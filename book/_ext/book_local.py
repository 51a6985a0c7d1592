"""What this book does differently from Jupyter Book's defaults."""

from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from lstm_edu.plots import palette_css, prefix_ids, themed

logger = logging.getLogger(__name__)

NOTEBOOK_BRANCH = "notebooks"  # executed notebooks, published by the deploy workflow


class InlineFigures(SphinxPostTransform):
    """Puts SVG figures into the page itself, where their colours follow its theme.

    Warns of every image without alt text.
    """

    default_priority = 200  # when the form of each cell output has been chosen
    builders = ("html", "dirhtml")

    def run(self, **kwargs):
        for number, image in enumerate(list(self.document.findall(nodes.image))):
            alt = image.get("alt", "").strip()
            if not alt:
                logger.warning(
                    "image %s has no alt text: say in words what it shows. Markdown: ![words](file); "
                    "code cell: mystnb: image: alt: words",
                    image["uri"],
                    location=_location(image),
                    type="book_local",
                    subtype="alt",
                )
            path = Path(self.app.srcdir, image["uri"])
            if path.suffix == ".svg" and path.is_file():
                html = _inline(path.read_text("utf-8"), f"figure{number}-", alt, image)
                image.replace_self(nodes.raw("", html, format="html"))


def _inline(svg, prefix, alt, image):
    svg = prefix_ids(themed(svg), prefix)
    classes = " ".join(["le-figure", *image.get("classes", [])])
    svg = svg.replace("<svg ", f'<svg class="{classes}" role="img" aria-label="{escape(alt)}" ', 1)
    if "width" in image:
        width = f"{image['width']}px" if image["width"].isdigit() else image["width"]
        svg = svg.replace('style="', f'style="width: {width}; ', 1)
    return svg


def _location(node):
    while node is not None and not node.line:
        node = node.parent
    return node


def add_palette(app, pagename, templatename, context, doctree):
    """Give the page the colours that its figures name."""
    context["metatags"] = context.get("metatags", "") + f"<style>{palette_css()}</style>"


def drop_scripts(app, pagename, templatename, context, doctree):
    """Drop thebe, stored widgets (the page has frames instead) and what the theme adds twice."""
    seen, kept = set(), []
    for script in context.get("script_files", []):
        attributes = getattr(script, "attributes", {}) or {}
        body = attributes.get("body") or ""
        name = str(getattr(script, "filename", script) or "")
        unwanted = "thebe" in name or "THEBE_JS_URL" in body or "jupyter.widget" in attributes.get("type", "")
        if not unwanted and (name or body) not in seen:
            seen.add(name or body)
            kept.append(script)
    context["script_files"] = kept


def point_launch_buttons(app, pagename, templatename, context, doctree):
    """Open the executed notebook in Colab, which cannot read the Markdown source."""
    theme = app.config.html_theme_options
    launch = theme.get("launch_buttons", {})
    repository = theme.get("repository_url", "").rstrip("/").removeprefix("https://github.com/")
    for group in context.get("header_buttons", []):
        for button in group.get("buttons", []):
            if button.get("text") == "Colab":
                colab = launch["colab_url"].rstrip("/")
                button["url"] = f"{colab}/github/{repository}/blob/{NOTEBOOK_BRANCH}/{pagename}.ipynb"
            elif button.get("text") == "Binder":
                binder, branch = launch["binderhub_url"].rstrip("/"), theme.get("repository_branch") or "main"
                button["url"] = f"{binder}/v2/gh/{repository}/{branch}?urlpath=lab/tree/{pagename}.md"


def setup(app):
    app.add_post_transform(InlineFigures)
    app.add_css_file("book.css", priority=900)
    app.add_js_file("book.js", loading_method="defer")
    app.add_js_file("lit_diagram.js", loading_method="defer")
    app.connect("html-page-context", add_palette)
    app.connect("html-page-context", point_launch_buttons, priority=900)
    app.connect("html-page-context", drop_scripts, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
