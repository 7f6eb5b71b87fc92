import { useNotifications } from '../hooks/useNotifications';
import { useWebSocket } from '../hooks/useWebSocket';
import { noticeKinds } from '../store/notices';
import { texts } from '../texts';
import { Dialog } from './ui/Dialog';
import { Notice } from './ui/Notice';

const words = texts.notifications;

/** What this browser may tell while nobody looks at the page. */
export default function NotificationSettings({ onClose }: { onClose: () => void }) {
  const { supported, permission, settings, change } = useNotifications();
  const { connection } = useWebSocket();
  return (
    <Dialog title={words.heading} onClose={onClose}>
      <div className="grid gap-4 p-5">
        <p className="text-soft">
          {words.explain} {words.byTransport[connection.transport]}
        </p>
        {!supported && <Notice tone="info">{words.unsupported}</Notice>}
        {supported && permission === 'denied' && <Notice tone="wait">{words.blocked}</Notice>}
        {supported && (
          <fieldset className="grid gap-1">
            <legend className="sr-only">{words.heading}</legend>
            {noticeKinds.map((kind) => (
              <label key={kind} className="flex min-h-9 items-center gap-3 pointer-coarse:min-h-11">
                <input
                  type="checkbox"
                  className="size-4.5 accent-[var(--accent)]"
                  checked={settings[kind]}
                  onChange={(event) => void change(kind, event.target.checked)}
                />
                {words.kinds[kind]}
              </label>
            ))}
          </fieldset>
        )}
      </div>
    </Dialog>
  );
}
