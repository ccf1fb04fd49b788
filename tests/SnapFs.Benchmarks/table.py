"""Tables of figures."""
import json
import os
import statistics


def figure(value):
    """Three digits that mean something, without an exponent."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def ratio(peer, snapfs, unit):
    """How many times better snapfs is."""
    return snapfs / peer if unit.endswith("/s") else peer / snapfs


class Table:
    """Rows of figures. They are kept in the --work directory, so that parts may run one by one and again: figures of one
    snapfs binary over one tree add up, those of another are dropped."""

    def __init__(self, path, subject, columns, peers, order=()):
        """columns: heads of the columns, snapfs first; peers: those whose ratio to snapfs is told; order: how rows begin, in
        the order of the table, or nothing for the order in which they were first added."""
        self.path, self.columns, self.peers, self.order = path, columns, peers, order
        self.kept = {"subject": subject, "rows": {}}
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                kept = json.load(file)
            if kept["subject"] == subject:
                self.kept = kept

    def add(self, what, values, unit, target=""):
        """values: name -> list of figures; empty where a program has none."""
        row = self.kept["rows"].setdefault(what, {"unit": unit, "target": "", "figures": {}})
        row["target"] = target or row["target"]
        for name, figures in values.items():
            row["figures"].setdefault(name, []).extend(figures)
        with open(self.path, "w", encoding="utf-8") as file:
            json.dump(self.kept, file, indent=1)
        medians = ", ".join(f"{k} {figure(statistics.median(v))} {unit}" for k, v in row["figures"].items() if v)
        print(f"  {what}: {medians}", flush=True)

    def runs(self):
        """How many figures stand behind each cell."""
        return [len(f) for row in self.kept["rows"].values() for f in row["figures"].values() if f]

    def place(self, what):
        """Where a row stands."""
        starts = [start for start in self.order if what.startswith(start)]
        return self.order.index(max(starts, key=len)) if starts else len(self.order)

    def markdown(self):
        if not self.kept["rows"]:
            return "Not measured."
        lines = ["| | " + " | ".join(self.columns) + f" | snapfs against {'; '.join(self.peers)} | target |",
                 "|---|" + "---|" * (len(self.columns) + 2)]
        for what in sorted(self.kept["rows"], key=self.place):
            row = self.kept["rows"][what]
            unit = row["unit"]
            medians = {k: statistics.median(v) for k, v in row["figures"].items() if v}
            cells = [f"{figure(medians[n])} {unit}" if n in medians else "" for n in self.columns]
            ratios = [f"{figure(ratio(medians[n], medians['snapfs'], unit))} ×" for n in self.peers
                      if n in medians and medians.get("snapfs")]
            lines.append(f"| {what} | " + " | ".join(cells) + f" | {'; '.join(ratios)} | {row['target']} |")
        return "\n".join(lines)
