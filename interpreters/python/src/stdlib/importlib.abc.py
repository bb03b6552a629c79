# The classes that loaders and finders derive from.


class Finder:
    pass


class Loader:
    def create_module(self, spec):
        return None

    def load_module(self, fullname):
        raise ImportError


class MetaPathFinder(Finder):
    def invalidate_caches(self):
        pass


class PathEntryFinder(Finder):
    def invalidate_caches(self):
        pass


class InspectLoader(Loader):
    pass


class ResourceLoader(Loader):
    pass


class ExecutionLoader(InspectLoader):
    pass


class FileLoader(ResourceLoader, ExecutionLoader):
    pass


class SourceLoader(ResourceLoader, ExecutionLoader):
    pass
