/** A label of a task. */
export function LabelChip({ label }: { label: string }) {
  return (
    <span title={label} className="inline-block max-w-40 truncate rounded-full border border-line-strong px-2 text-xs leading-4.5 text-soft">
      {label}
    </span>
  );
}
