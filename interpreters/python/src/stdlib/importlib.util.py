# Modules from specs.

import sys

from importlib.machinery import ModuleSpec, SourceFileLoader


def find_spec(name, package=None):
    module = sys.modules.get(name)
    if module is None:
        import importlib

        try:
            module = importlib.import_module(name, package)
        except ModuleNotFoundError:
            return None
    spec = getattr(module, "__spec__", None)
    if spec is None:
        spec = ModuleSpec(module.__name__, None, origin=getattr(module, "__file__", None), is_package=hasattr(module, "__path__"))
    return spec


def spec_from_file_location(name, location=None, *, loader=None, submodule_search_locations=None):
    spec = ModuleSpec(name, loader or SourceFileLoader(name, str(location)), origin=str(location))
    spec.submodule_search_locations = submodule_search_locations
    spec.has_location = True
    return spec


def spec_from_loader(name, loader, *, origin=None, is_package=None):
    return ModuleSpec(name, loader, origin=origin, is_package=is_package)


def module_from_spec(spec):
    module = type(sys)(spec.name)
    module.__spec__ = spec
    module.__loader__ = spec.loader
    module.__package__ = spec.parent
    if spec.has_location:
        module.__file__ = spec.origin
    return module


def resolve_name(name, package):
    if not name.startswith("."):
        return name
    level = len(name) - len(name.lstrip("."))
    return f"{package.rsplit('.', level - 1)[0]}.{name[level:]}"
