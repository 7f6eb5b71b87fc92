import { texts } from '../texts';
import { rowHeight } from './TaskRow';

/** The shape of a list that is still being loaded. */
export function RowSkeletons() {
  return (
    <div role="status" className="min-h-0 flex-1 overflow-hidden">
      <span className="sr-only">{texts.loading}</span>
      {[64, 48, 72, 40, 56, 68, 44, 60].map((width) => (
        <div key={width} aria-hidden="true" className="flex gap-3 border-b border-line px-4 py-3" style={{ height: rowHeight }}>
          <div className="skeleton size-4 rounded-full" />
          <div className="flex-1">
            <div className="skeleton h-3.5" style={{ width: `${width}%` }} />
            <div className="skeleton mt-2.5 h-3" style={{ width: `${width / 2}%` }} />
          </div>
        </div>
      ))}
    </div>
  );
}
