"""The tree, against published vectors and by its properties.

Vectors: inputs, roots and proofs of the reference implementation of Certificate Transparency
(transparency-dev/merkle, ``testonly``), made by the rules of RFC 6962.
"""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certification.register.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    proves_consistency,
    proves_inclusion,
    root_of,
)

INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
          "606162636465666768696a6b6c6d6e6f")  # fmt: skip
LEAVES = [leaf_hash(bytes.fromhex(text)) for text in INPUTS]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
H0 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
H1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
H01 = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
H23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
H4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
H45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
H67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
H0123 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
H4567 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
INCLUSION = [
    (0, 1, []),
    (0, 2, [H1]),
    (1, 2, [H0]),
    (2, 3, [H01]),
    (1, 5, [H0, H23, H4]),
    (0, 8, [H1, H23, H4567]),
    (5, 8, [H4, H67, H0123]),
]
CONSISTENCY = [(1, 1, []), (1, 8, [H1, H23, H4567]), (2, 5, [H23, H4]), (6, 8, [H45, H67, H0123])]

sizes = st.integers(1, 70)


@cache
def leaves(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


@cache
def root(size: int) -> bytes:
    """The root by the words of RFC 6962, section 2.1."""
    return by_definition(leaves(size))


def by_definition(hashes: list[bytes]) -> bytes:
    if len(hashes) < 2:
        return hashes[0] if hashes else EMPTY_ROOT
    middle = 1
    while middle * 2 < len(hashes):
        middle *= 2
    return node_hash(by_definition(hashes[:middle]), by_definition(hashes[middle:]))


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert root_of(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_inclusion_proofs_are_the_published_ones(index: int, size: int, path: list[str]) -> None:
    proof = inclusion_proof(index, LEAVES[:size])
    assert [part.hex() for part in proof] == path
    assert proves_inclusion(LEAVES[index], index, size, proof, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "new", "path"), CONSISTENCY)
def test_consistency_proofs_are_the_published_ones(old: int, new: int, path: list[str]) -> None:
    proof = consistency_proof(old, LEAVES[:new])
    assert [part.hex() for part in proof] == path
    before, after = bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new])
    assert proves_consistency(old, before, new, after, proof)


@given(st.data(), sizes)
def test_a_frontier_continued_from_anywhere_has_the_root_by_definition(
    data: st.DataObject, size: int
) -> None:
    begun = data.draw(st.integers(0, size))
    first = Frontier()
    for leaf in leaves(size)[:begun]:
        first.append(leaf)
    second = Frontier(first.size, first.peaks)
    for leaf in leaves(size)[begun:]:
        second.append(leaf)
    assert (second.size, second.root()) == (size, root(size))


@given(st.data(), sizes)
def test_every_leaf_is_proved_and_no_other(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda place: place != index or size == 1))
    proof = inclusion_proof(index, leaves(size))
    leaf = leaves(size)[index]
    assert proves_inclusion(leaf, index, size, proof, root(size))
    assert not proves_inclusion(leaf_hash(b"forged"), index, size, proof, root(size))
    assert size == 1 or not proves_inclusion(leaf, other, size, proof, root(size))
    assert not proves_inclusion(leaf, index, size, [*proof, leaf], root(size))
    assert not proof or not proves_inclusion(leaf, index, size, proof[:-1], root(size))
    assert not proves_inclusion(leaf, size, size, proof, root(size))


@given(st.data(), sizes)
def test_every_beginning_is_proved_and_nothing_else(data: st.DataObject, size: int) -> None:
    old = data.draw(st.integers(1, size))
    proof = consistency_proof(old, leaves(size))
    assert proves_consistency(old, root(old), size, root(size), proof)
    forged = leaf_hash(b"forged")
    assert not proves_consistency(old, forged, size, root(size), proof)
    assert not proves_consistency(old, root(old), size, forged, proof)
    assert not proves_consistency(old, root(old), size, root(size), [*proof, forged])
    for place in range(len(proof)):
        broken = [*proof[:place], forged, *proof[place + 1 :]]
        assert not proves_consistency(old, root(old), size, root(size), broken)


@given(st.data(), sizes)
def test_a_history_that_was_rewritten_has_no_proof(data: st.DataObject, size: int) -> None:
    old = data.draw(st.integers(1, size))
    place = data.draw(st.integers(0, old - 1))
    rewritten = [*leaves(size)]
    rewritten[place] = leaf_hash(b"rewritten")
    proof = consistency_proof(old, rewritten)
    assert not proves_consistency(old, root(old), size, root_of(rewritten), proof)


def test_the_empty_tree_begins_every_tree() -> None:
    assert proves_consistency(0, EMPTY_ROOT, 5, root(5), [])
    assert not proves_consistency(0, leaf_hash(b""), 5, root(5), [])
    assert not proves_consistency(5, root(5), 4, root(4), [])


def test_there_is_no_proof_of_what_isnt_there() -> None:
    with pytest.raises(IndexError):
        inclusion_proof(3, leaves(3))
    with pytest.raises(IndexError):
        consistency_proof(4, leaves(3))
    with pytest.raises(ValueError, match="peaks"):
        Frontier(3, [leaf_hash(b"")])
