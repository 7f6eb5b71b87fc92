import { CloudOff } from 'lucide-react';
import { useFreshness } from '../hooks/useFreshness';
import { useOfflineDetection } from '../hooks/useOfflineDetection';
import { texts } from '../texts';
import { clockTime } from './moments';

/** Says that the page is on its own, and what that means for the reader. */
export function OfflineBanner() {
  const { offline } = useOfflineDetection();
  const { since } = useFreshness();
  return (
    <div role="status" className="empty:hidden">
      {offline && (
        <div className="flex items-center gap-3 border-b border-line bg-wait-wash px-4 py-2">
          <CloudOff size={17} aria-hidden="true" className="shrink-0 text-wait" />
          <p className="min-w-0">
            <strong className="font-semibold">{texts.offline.title}.</strong> {texts.offline.advice}
            {since !== null && ` ${texts.offline.since(clockTime(since))}`}
          </p>
        </div>
      )}
    </div>
  );
}
