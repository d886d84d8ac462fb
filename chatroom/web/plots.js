// Figures as numbers and as lines: what was counted between two looks, for the last few minutes.

const KEPT = 150;

const SERIES = {
  messages: (now, before) => rate(now, before, "messages"),
  people: (now) => now.people,
  deliveries: (now, before) => rate(now, before, "deliveries"),
  commit: (now) => now.commit_ms,
};

/** Tell how many a second; nothing across a restart, where counting began anew. */
function rate(now, before, key) {
  if (!before || now[key] < before[key] || now.at <= before.at) return null;
  return (now[key] - before[key]) / (now.at - before.at);
}

const shown = (value) => (value === null ? "–" : value >= 100 ? Math.round(value).toLocaleString() : String(Number(value.toPrecision(2))));

const short = (value) => (value >= 1000 ? `${value / 1000}k` : String(value));

/** Be the figures of a page. */
export class Plots {
  constructor() {
    this.samples = [];
    this.plots = {};
    for (const key of Object.keys(SERIES)) {
      const place = document.getElementById(key);
      this.plots[key] = { output: place.querySelector("output"), box: place.querySelector(".plot"), drawn: null };
    }
    addEventListener("themechange", () => this.redraw());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
    new ResizeObserver(() => this.resize()).observe(document.querySelector(".figures"));
  }

  /** Take figures, oldest first; those known already are passed over. */
  take(samples) {
    const last = this.samples.at(-1)?.at ?? 0;
    this.samples.push(...samples.filter((one) => one.at > last));
    this.samples.splice(0, this.samples.length - KEPT);
    for (const key of Object.keys(SERIES)) this.show(key);
  }

  values(key) {
    return this.samples.map((now, index) => SERIES[key](now, this.samples[index - 1]));
  }

  show(key) {
    const plot = this.plots[key];
    const values = this.values(key);
    plot.output.textContent = values.length ? shown(values.at(-1)) : "–";
    const data = [this.samples.map((one) => one.at), values];
    if (plot.drawn) plot.drawn.setData(data);
    else if (values.length > 1) plot.drawn = this.draw(plot.box, data);
  }

  draw(box, data) {
    const style = getComputedStyle(document.documentElement);
    const axis = { stroke: style.getPropertyValue("--muted"), grid: { stroke: style.getPropertyValue("--line"), width: 1 }, ticks: { show: false } };
    return new uPlot(
      {
        width: box.clientWidth,
        height: box.clientHeight,
        legend: { show: false },
        cursor: { show: false },
        padding: [6, 4, 0, 0],
        scales: { y: { range: (_, low, high) => [0, Math.max(high ?? 0, 1) * 1.15] } },
        axes: [
          { ...axis, size: 22, space: 70, font: "11px system-ui", values: "{HH}:{mm}:{ss}" },
          { ...axis, size: 38, space: 28, font: "11px system-ui", values: (_, marks) => marks.map(short) },
        ],
        series: [{}, { stroke: style.getPropertyValue("--accent"), fill: style.getPropertyValue("--accent-faint"), width: 1.5, spanGaps: false, points: { show: false } }],
      },
      data,
      box,
    );
  }

  redraw() {
    for (const [key, plot] of Object.entries(this.plots)) {
      plot.drawn?.destroy();
      plot.drawn = null;
      this.show(key);
    }
  }

  resize() {
    for (const { box, drawn } of Object.values(this.plots)) drawn?.setSize({ width: box.clientWidth, height: box.clientHeight });
  }
}
