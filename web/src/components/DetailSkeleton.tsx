/** The shape of a task that is still being loaded. */
export function DetailSkeleton() {
  return (
    <div aria-hidden="true" className="mt-6 grid gap-3">
      {[92, 84, 70, 0, 48, 56, 40].map((width) => (
        <div key={width} className={width === 0 ? 'h-4' : 'skeleton h-4'} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
