import { useEffect, useState } from 'react';

/** Whether the server runs in demo mode, for those who are not logged in. */
export function useDemoServer(): boolean {
  const [demo, setDemo] = useState(false);
  useEffect(() => {
    const aborting = new AbortController();
    fetch('/api/features', { signal: aborting.signal })
      .then((response) => response.json())
      .then((features: unknown) => {
        setDemo(typeof features === 'object' && features !== null && 'demo' in features && features.demo === true);
      })
      // Not reached: whoever logs in will hear of it.
      .catch(() => undefined);
    return () => { aborting.abort(); };
  }, []);
  return demo;
}
