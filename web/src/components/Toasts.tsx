import { X } from 'lucide-react';
import { useEffect, useSyncExternalStore } from 'react';
import { texts } from '../texts';
import { dismissToast, toasts, type Toast } from './toasts';
import { IconButton } from './ui/Button';

const shownMs = 7000;

/** Short news in the corner. Nothing that is said here is said only here. */
export function Toasts() {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.get);
  return (
    <div role="status" className="fixed right-4 bottom-4 z-50 grid w-[min(24rem,calc(100vw-2rem))] gap-2">
      {shown.map((each) => (
        <ToastCard key={each.id} toast={each} />
      ))}
    </div>
  );
}

function ToastCard({ toast: { id, text, action } }: { toast: Toast }) {
  useEffect(() => {
    const wait = window.setTimeout(() => { dismissToast(id); }, shownMs);
    return () => { window.clearTimeout(wait); };
  }, [id]);
  return (
    <div className="appear flex items-center gap-3 rounded-lg border border-line bg-raised py-2 pr-2 pl-4 shadow-raised">
      <p className="line-clamp-2 min-w-0 flex-1">{text}</p>
      {action}
      <IconButton label={texts.close} onClick={() => { dismissToast(id); }}>
        <X size={16} aria-hidden="true" />
      </IconButton>
    </div>
  );
}
