"""What eyes can tell apart: contrast after WCAG 2, and colour differences with three colour blindnesses."""

import numpy as np

# Machado, Oliveira and Fernandes (2009), severity 1, in linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
WHITE = [0.9505, 1.0, 1.089]


def linear_rgb(colour):
    """Return the light that the hex ``colour`` sends out, three numbers from 0 to 1."""
    values = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """Return the contrast ratio of two colours, 1 to 21."""
    dark, light = sorted(linear_rgb(colour) @ TO_XYZ[1] for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def difference(one, other, blindness="none"):
    """Return how far apart two colours look (CIE 1976 Delta E; 2 can just be told apart side by side)."""
    return float(np.linalg.norm(_lab(one, blindness) - _lab(other, blindness)))


def _lab(colour, blindness):
    light = np.clip(np.asarray(BLINDNESS[blindness]) @ linear_rgb(colour), 0, 1)
    ratios = np.asarray(TO_XYZ) @ light / WHITE
    x, y, z = np.where(ratios > 0.008856, np.cbrt(ratios), 7.787 * ratios + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])
