import { useComputedColorScheme } from "@mantine/core";
import classes from "./Bars.module.css";
import { chartColor } from "./colors";

interface BarsProps {
  title: string;
  /** One bar each: what it is called and its parts. */
  bars: { label: string; parts: { name: string; value: number }[] }[];
  format: (value: number) => string;
  height?: number;
}

/** Stacked bars, for amounts per day; values stand in a table for those who read. */
export function Bars({ title, bars, format, height = 160 }: BarsProps) {
  const scheme = useComputedColorScheme("light");
  const names = [...new Set(bars.flatMap((bar) => bar.parts.map((part) => part.name)))];
  const sums = bars.map((bar) => bar.parts.reduce((sum, part) => sum + part.value, 0));
  const most = Math.max(...sums, 0);
  const highest = most || 1;
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.title}>{title}</figcaption>
      <div className={classes.most} aria-hidden>
        {most > 0 ? format(most) : "nothing in this time"}
      </div>
      <div className={classes.plot} style={{ height: most > 0 ? height : 24 }} aria-hidden>
        {bars.map((bar, index) => (
          <div key={bar.label} className={classes.bar} title={`${bar.label}: ${format(sums[index] ?? 0)}`}>
            {bar.parts.map((part) => (
              <span
                key={part.name}
                style={{
                  height: `${(part.value / highest) * 100}%`,
                  background: chartColor(names.indexOf(part.name), scheme),
                }}
              />
            ))}
          </div>
        ))}
      </div>
      <div className={classes.ends} aria-hidden>
        <span>{bars[0]?.label}</span>
        <span>{bars.at(-1)?.label}</span>
      </div>
      <ul className={classes.legend}>
        {names.slice(0, 10).map((name, index) => (
          <li key={name}>
            <span className={classes.swatch} style={{ background: chartColor(index, scheme) }} aria-hidden />
            <bdi>{name}</bdi>
          </li>
        ))}
      </ul>
      <details className={classes.details}>
        <summary>As table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">When</th>
              {names.map((name) => (
                <th key={name} scope="col">
                  <bdi>{name}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {bars.map((bar) => (
              <tr key={bar.label}>
                <th scope="row">{bar.label}</th>
                {names.map((name) => (
                  <td key={name}>{format(bar.parts.find((part) => part.name === name)?.value ?? 0)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
