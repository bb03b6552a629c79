# A 1/10 of the work.
class Body:
    def __init__(self, x, y, z, vx, vy, vz, mass, next):
        self.x = x
        self.y = y
        self.z = z
        self.vx = vx
        self.vy = vy
        self.vz = vz
        self.mass = mass
        self.next = next


def root(x):
    r = x
    if r < 1:
        r = 1
    r = (r + x / r) / 2
    r = (r + x / r) / 2
    r = (r + x / r) / 2
    r = (r + x / r) / 2
    r = (r + x / r) / 2
    r = (r + x / r) / 2
    return r


def advance(bodies, dt):
    a = bodies
    while a is not None:
        b = a.next
        while b is not None:
            dx = a.x - b.x
            dy = a.y - b.y
            dz = a.z - b.z
            square = dx * dx + dy * dy + dz * dz
            mag = dt / (square * root(square))
            a.vx = a.vx - dx * b.mass * mag
            a.vy = a.vy - dy * b.mass * mag
            a.vz = a.vz - dz * b.mass * mag
            b.vx = b.vx + dx * a.mass * mag
            b.vy = b.vy + dy * a.mass * mag
            b.vz = b.vz + dz * a.mass * mag
            b = b.next
        a = a.next
    a = bodies
    while a is not None:
        a.x = a.x + dt * a.vx
        a.y = a.y + dt * a.vy
        a.z = a.z + dt * a.vz
        a = a.next


def main():
    bodies = None
    bodies = Body(15.379697114850917, -25.919314609987964, 0.17925877295037118, 0.979090732243898, 0.5946989986476761, -0.034755955550407815, 0.0020336868699246304, bodies)
    bodies = Body(12.894369562139131, -15.111151401698631, -0.22330757889265573, 1.0827910064415354, 0.8687130181696082, -0.010832637401363636, 0.001723724057059711, bodies)
    bodies = Body(8.34336671824458, 4.124798564124305, -0.4035234171143214, -1.0107743461787924, 1.8256623712304119, 0.008415761376584154, 0.011286326131968767, bodies)
    bodies = Body(4.841431442464721, -1.1603200440274284, -0.10362204447112311, 0.606326392995832, 2.81198684491626, -0.02521836165988763, 0.03769367487038949, bodies)
    bodies = Body(0, 0, 0, 0, 0, 0, 39.47841760435743, bodies)
    i = 0
    while i < 100000:
        advance(bodies, 0.01)
        i = i + 1
    print("%g" % bodies.x)
    print("%g" % bodies.next.x)


main()
