"""The pages of a demonstration installation and how to get to them in a browser.

Shared by the accessibility tests and by the pictures in the README.
"""

from tests.support.scenes import authoring, desk, learning, operating
from tests.support.scenes.stage import Scene

SCENES: list[Scene] = [
    *learning.SCENES,
    *authoring.SCENES,
    *desk.SCENES,
    *operating.SCENES,
]
