"""How Sphinx turns the lessons and the pages beside them into the book.

``build.py`` lays out the sources under ``_build/source`` and calls Sphinx with this
file; nothing is executed, since the lessons are stored with their outputs.
"""

from docutils import nodes

project = "lmcourse"
author = "the lmcourse developers"
project_copyright = (
    "the lmcourse developers. Code: Apache License 2.0; prose and Littletown: CC BY 4.0"
)
html_title = "Language models, from counting to Transformers"
language = "en"

extensions = [
    "myst_nb",
    "sphinx_book_theme",
    "sphinx_copybutton",
    "sphinx_design",
]
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "off"
nb_merge_streams = True
exclude_patterns = ["**/.ipynb_checkpoints"]

# Every script and font lies beside the pages: see vendor.py.
html_static_path = ["_static", "_vendor"]
mathjax_path = "mathjax/tex-mml-chtml.js"
nb_ipywidgets_js = {
    "require.js": {},
    "hm/embed-amd.js": {"data-jupyter-widgets-cdn-only": "true"},
}

html_theme = "sphinx_book_theme"
html_logo = "_static/logo.svg"
html_favicon = "_static/logo.svg"
html_css_files = ["book.css"]
html_last_updated_fmt = None  # the same sources give the same pages
html_copy_source = True
html_theme_options = {
    "logo": {"text": "lmcourse", "alt_text": "lmcourse, a ladder"},
    "use_download_button": True,
    "use_fullscreen_button": True,
    "home_page_in_toc": True,
    "navbar_persistent": [],  # the search button is in the side bar
    "show_navbar_depth": 1,
    "max_navbar_depth": 2,
    "show_toc_level": 2,
}

copybutton_exclude = ".linenos, .gp"


def setup(app):
    """Mend two things between myst-nb and Sphinx that a reader would stumble over."""
    from myst_nb.core.render import NbElementRenderer

    NbElementRenderer.render_image = _with_alt(NbElementRenderer.render_image)
    app.connect("doctree-read", _leave_formulas_alone)


def _with_alt(render_image):
    """Give each picture of a notebook the alternative text that is stored with it.

    myst-nb takes width and height from the metadata of an output, but not ``alt``.
    """

    def render(self, data):
        pictures = render_image(self, data)
        alt = data.output_metadata.get(data.mime_type, {}).get("alt")
        if alt:
            pictures[0]["alt"] = alt
        return pictures

    return render


def _leave_formulas_alone(app, doctree):
    r"""Hand a formula of several lines to MathJax as JupyterLab does.

    Sphinx would put it into a ``split``, in which ``\tag`` is an error.
    """
    for formula in doctree.findall(nodes.math_block):
        if r"\\" in formula.astext() and not formula.get("no-wrap"):
            text = rf"\[{formula.astext()}\]"
            formula.children = []
            formula += nodes.Text(text)
            formula["no-wrap"] = True
