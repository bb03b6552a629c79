# What describes modules: specs, and the suffixes of their files.

from importlib.abc import FileLoader as _FileLoader, InspectLoader as _InspectLoader

SOURCE_SUFFIXES = [".py"]
DEBUG_BYTECODE_SUFFIXES = OPTIMIZED_BYTECODE_SUFFIXES = BYTECODE_SUFFIXES = [".pyc"]
EXTENSION_SUFFIXES = []


def all_suffixes():
    return SOURCE_SUFFIXES + BYTECODE_SUFFIXES + EXTENSION_SUFFIXES


class ModuleSpec:
    def __init__(self, name, loader, *, origin=None, loader_state=None, is_package=None):
        self.name, self.loader, self.origin, self.loader_state = name, loader, origin, loader_state
        self.submodule_search_locations = [] if is_package else None
        self.cached = None
        self.has_location = False

    @property
    def parent(self):
        return self.name.rpartition(".")[0] if self.submodule_search_locations is None else self.name

    def __repr__(self):
        origin = "" if self.origin is None else f", origin={self.origin!r}"
        return f"ModuleSpec(name={self.name!r}, loader={self.loader!r}{origin})"


class BuiltinImporter(_InspectLoader):
    pass


class FrozenImporter(_InspectLoader):
    pass


class SourceFileLoader(_FileLoader):
    def __init__(self, fullname, path):
        self.name, self.path = fullname, path

    def exec_module(self, module):
        with open(self.path, "rb") as file:
            exec(compile(file.read(), self.path, "exec"), module.__dict__)


class SourcelessFileLoader(_FileLoader):
    pass


class ExtensionFileLoader(_FileLoader):
    pass


class PathFinder:
    pass


class FileFinder:
    pass
