/** A tiny line without axes; says its newest value to those who do not see it. */
export function Spark({
  values,
  label,
  tone = "info",
  width = 96,
  height = 24,
}: {
  values: (number | null)[];
  label: string;
  tone?: "info" | "bad";
  width?: number;
  height?: number;
}) {
  const known = values.filter((value): value is number => value !== null);
  const highest = Math.max(...known, 0);
  if (known.length === 0) return <span title={`${label}: nothing measured`}>–</span>;
  const step = values.length > 1 ? width / (values.length - 1) : width;
  const point = (value: number | null, index: number) =>
    `${(index * step).toFixed(1)},${(height - 1 - ((value ?? 0) / (highest || 1)) * (height - 3)).toFixed(1)}`;
  return (
    <svg
      width={width}
      height={height}
      role="img"
      aria-label={`${label}: highest ${highest}`}
      viewBox={`0 0 ${width} ${height}`}
    >
      <polyline
        points={values.map(point).join(" ")}
        fill="none"
        stroke={`var(--roadbed-${tone})`}
        strokeWidth="1.5"
        strokeLinejoin="round"
      />
    </svg>
  );
}
