"""Writes what the package takes from `proto/`.

Modules and their types go into `src/minhacarona/v1`, the service config and the timeouts into
`src/minhacarona/config`.

Run as `python generate.py`; building the wheel runs it too.
"""

import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).resolve().parent
PACKAGE = HERE / "src" / "minhacarona"
PROTO = HERE.parents[1] / "proto" / "src" / "main"
CONFIG = PROTO / "resources" / "com" / "minhacarona" / "client"


def generate() -> None:
    """Replaces what an earlier run wrote, so that nothing of a deleted .proto stays."""
    import grpc_tools.protoc  # noqa: PLC0415  The build installs it; importing this file must not need it.

    modules = PACKAGE / "v1"
    shutil.rmtree(modules, ignore_errors=True)
    protos = PROTO / "protobuf"
    names = sorted(
        str(path.relative_to(protos)) for path in (protos / "minhacarona" / "v1").glob("*.proto")
    )
    plugins = Path(sys.executable).parent
    found = shutil.which("protoc-gen-mypy", path=str(plugins)) or shutil.which("protoc-gen-mypy")
    if found is None:
        sys.exit("protoc-gen-mypy is missing: install what pyproject.toml requires for the build")
    out = HERE / "src"
    code = grpc_tools.protoc.main(
        [
            "protoc",
            f"--plugin=protoc-gen-mypy={found}",
            f"--plugin=protoc-gen-mypy_grpc={found}_grpc",
            f"-I{protos}",
            # google/protobuf/*.proto come with grpcio-tools.
            f"-I{Path(grpc_tools.protoc.__file__).parent / '_proto'}",
            f"--python_out={out}",
            f"--grpc_python_out={out}",
            f"--mypy_out=quiet:{out}",
            f"--mypy_grpc_out=quiet:{out}",
            *names,
        ]
    )
    if code != 0:
        sys.exit(code)
    for path in modules.glob("*_pb2_grpc.py*"):
        if (
            not (protos / f"minhacarona/v1/{path.name.split('_pb2')[0]}.proto")
            .read_text(encoding="utf-8")
            .count("\nservice ")
        ):
            path.unlink()
    (modules / "__init__.py").write_text('"""The contract, as protoc writes it."""\n')
    config = PACKAGE / "config"
    shutil.rmtree(config, ignore_errors=True)
    config.mkdir()
    for path in CONFIG.glob("*.json"):
        shutil.copy(path, config / path.name)


class GenerateHook(BuildHookInterface[Any]):
    """Generates before the files of the wheel are collected."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Is called by hatchling."""
        del version, build_data
        generate()


if __name__ == "__main__":
    generate()
