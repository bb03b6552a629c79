# A 1/8 of the work.
class Tree:
    def __init__(self, depth):
        self.depth = depth
        if depth > 0:
            self.left = Tree(depth - 1)
            self.right = Tree(depth - 1)

    def count(self):
        if self.depth == 0:
            return 1
        return 1 + self.left.count() + self.right.count()


def main():
    most = 15
    long = Tree(most)
    total = 0
    rounds = 4096
    depth = 4
    while depth <= most:
        i = 0
        while i < rounds:
            total = total + Tree(depth).count()
            i = i + 1
        rounds = rounds / 4
        depth = depth + 2
    print(total)
    print(long.count())


main()
