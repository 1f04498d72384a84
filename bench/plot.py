"""Plots of how time and memory grow with routes and sessions, as SVG files made of nothing but text."""

import math

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 360, 70, 50, 40
COLOURS = ['#0b6', '#06c', '#c40']
ROUTES = [10000, 30000, 100000, 300000, 1000000, 2000000, 4000000]
SESSIONS = [1, 10, 100, 1000, 3000, 10000]


def short(n):
    for size, letter in ((1e9, 'G'), (1e6, 'M'), (1e3, 'k')):
        if n >= size:
            return f'{n / size:g} {letter}'
    return f'{n:g}'


class Axis:
    """A logarithmic one, from and to powers of ten."""

    def __init__(self, values, start, length):
        self.low = math.floor(math.log10(min(values)))
        self.high = max(math.ceil(math.log10(max(values))), self.low + 1)
        self.start, self.length = start, length

    def at(self, value):
        return self.start + self.length * (math.log10(value) - self.low) / (self.high - self.low)

    def ticks(self):
        return [10**power for power in range(self.low, self.high + 1)]


class Linear:
    """From zero to beyond the greatest value, in four to ten steps of 1, 2 or 5 times a power of ten."""

    def __init__(self, values, start, length):
        most = max(max(values), 1e-9)
        power = 10 ** math.floor(math.log10(most))
        self.step = next(power * part for part in (0.1, 0.2, 0.5, 1) if most / (power * part) <= 10)
        self.steps = math.ceil(most / self.step)
        self.start, self.length = start, length

    def at(self, value):
        return self.start + self.length * value / (self.step * self.steps)

    def ticks(self):
        return [self.step * i for i in range(self.steps + 1)]


def svg(title, x_name, y_name, lines, axis=Axis):
    """`lines`: name to a list of (x, y); many points are a line without marks."""
    points = [point for line in lines.values() for point in line]
    x = axis([p[0] for p in points], LEFT, WIDTH - LEFT - 20)
    y = axis([p[1] for p in points], HEIGHT - BOTTOM, -(HEIGHT - BOTTOM - TOP))
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
           f'<text x="{LEFT}" y="20" font-size="14">{title}</text>']
    for tick in x.ticks():
        out.append(f'<path d="M{x.at(tick):.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>'
                   f'<text x="{x.at(tick):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{short(tick)}</text>')
    for tick in y.ticks():
        out.append(f'<path d="M{LEFT} {y.at(tick):.1f}H{WIDTH - 20}" stroke="#ddd"/>'
                   f'<text x="{LEFT - 6}" y="{y.at(tick) + 4:.1f}" text-anchor="end">{short(tick)}</text>')
    for colour, (name, line) in zip(COLOURS, lines.items()):
        path = 'L'.join(f'{x.at(a):.1f} {y.at(b):.1f}' for a, b in line)
        out.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{x.at(a):.1f}" cy="{y.at(b):.1f}" r="3" fill="{colour}"/>' for a, b in line if len(line) < 50]
        row = TOP + 16 * (1 + list(lines).index(name))
        out.append(f'<text x="{LEFT + 12}" y="{row}" fill="{colour}">{name}</text>')
    out.append(f'<text x="{(LEFT + WIDTH) / 2}" y="{HEIGHT - 12}" text-anchor="middle">{x_name}</text>'
               f'<text transform="translate(14 {HEIGHT / 2}) rotate(-90)" text-anchor="middle">{y_name}</text></svg>')
    return '\n'.join(out) + '\n'


def draw(folder, run):
    """`run(scenario, count)` measures one; the files are written to the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    results = {name: [(n, run(name, n)) for n in counts] for name, counts in
               (('inject', ROUTES), ('collect', ROUTES), ('config', ROUTES[:6]), ('sessions', SESSIONS))}

    def lines(names, which):
        return {name: [(n, max(result[which], 1e-3)) for n, result in results[name]] for name in names}

    routes = ('inject', 'collect', 'config')
    for file, text in {
        'routes-time.svg': svg('CPU seconds and routes', 'routes', 'CPU seconds', lines(routes, 1)),
        'routes-memory.svg': svg('Peak memory and routes', 'routes', 'octets', lines(routes, 3)),
        'sessions-time.svg': svg('Seconds until all sessions are up', 'sessions', 'seconds', lines(['sessions'], 2)),
        'sessions-memory.svg': svg('Peak memory and sessions', 'sessions', 'octets', lines(['sessions'], 3)),
    }.items():
        (folder / file).write_text(text)
        print(folder / file)
    for name, list_of in results.items():
        for n, result in list_of:
            print(f'{name} {n}: {result[1]:.3f} CPU s, {result[2]:.3f} s, {result[3] / 1e6:.1f} MB, {result[4]}')
    return 0
