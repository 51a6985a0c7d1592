"""All exercises of the package, found by walking it: those of a new page are tested without a word."""

import importlib
import pkgutil

from lstm_edu import coursework
from lstm_edu.coursework import Exercise


def exercises():
    """Return ``{"page.NAME": exercise}``, each exercise once, under the name that its page uses."""
    found = {}
    for module in pkgutil.iter_modules(coursework.__path__):
        page = importlib.import_module(f"{coursework.__name__}.{module.name}")
        for name, value in vars(page).items():
            if isinstance(value, Exercise):
                found[f"{module.name}.{name}"] = value
    return found
