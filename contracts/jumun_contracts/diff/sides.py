"""What a user names on either side of a comparison, and which versions then belong together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jumun_contracts.contract.documents import DocumentError
from jumun_contracts.contract.loading import NO_STUBS, load_contract, read_contract
from jumun_contracts.contract.model import PROFILES
from jumun_contracts.diff.reader import load_openapi, version_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from jumun_contracts.diff.version import Version

_CATALOGUE = "errors.yaml"


def load_pairs(old: str, new: str, *, providers: Collection[str]) -> list[tuple[Version, Version]]:
    """The versions to compare, at least one pair.

    Args:
        old: `PROVIDER[:PROFILE]`, a folder of contracts (`FOLDER[:PROFILE]`, both profiles without), a folder of such
            folders, or an OpenAPI file.
        new: Likewise. Beside a single version, of a folder the documented one is taken.
        providers: Names of the packaged contracts.

    Raises:
        DocumentError: One of them cannot be read, or they have not the same versions.
    """
    left, right = _load(old, providers), _load(new, providers)
    if 1 in (len(left), len(right)):
        return [(_single(left, old), _single(right, new))]
    if left.keys() != right.keys():
        raise DocumentError(
            new, "", f"has {', '.join(right)}, and {old} has {', '.join(left)}; name one version of each"
        )
    return [(left[name], right[name]) for name in left]


def _single(versions: Mapping[str, Version], name: str) -> Version:
    version = next(iter(versions.values())) if len(versions) == 1 else versions.get(PROFILES[0])
    if version is None:
        raise DocumentError(name, "", f"has {', '.join(versions)}; name the folder of one provider")
    return version


def _load(name: str, providers: Collection[str]) -> dict[str, Version]:
    """Versions by profile, or by provider and profile where there are several providers."""
    head, _, profile = name.rpartition(":") if name.endswith(PROFILES) and ":" in name else (name, "", "")
    head = head or name
    if head in providers:
        return {"": version_of(load_contract(head, profile or PROFILES[0], stubs=NO_STUBS))}
    path = Path(head)
    if path.is_dir():
        return _load_folder(path, (profile,) if profile else PROFILES)
    if profile or not path.exists():
        raise DocumentError(name, "", f"no such file or folder, nor a contract of Jumun ({', '.join(providers)})")
    return {"": load_openapi(path)}


def _load_folder(path: Path, profiles: Collection[str]) -> dict[str, Version]:
    if (path / _CATALOGUE).is_file():
        return {each: version_of(read_contract(path, each), name=f"{path}:{each}") for each in profiles}
    folders = sorted(each.parent for each in path.glob(f"*/{_CATALOGUE}"))
    if not folders:
        raise DocumentError(str(path), "", f"holds no contract: neither it nor a folder in it has {_CATALOGUE}")
    return {
        f"{folder.name}:{each}": version
        for folder in folders
        for each, version in _load_folder(folder, profiles).items()
    }
