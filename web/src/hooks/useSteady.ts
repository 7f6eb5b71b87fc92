import { useEffect, useEffectEvent, useState } from 'react';

/** A blip shorter than this is not worth a flash. */
const blipMs = 1000;

/** The value as it is, but a loss shows only when it lasts. */
export function useSteady<T>(actual: T, isLoss: (shown: T, actual: T) => boolean): T {
  const [shown, setShown] = useState(actual);
  const lost = isLoss(shown, actual);
  if (!lost && shown !== actual) setShown(actual);

  const settle = useEffectEvent(() => { setShown(actual); });
  useEffect(() => {
    if (!lost) return undefined;
    const wait = window.setTimeout(() => { settle(); }, blipMs);
    return () => { window.clearTimeout(wait); };
  }, [lost]);

  return lost ? shown : actual;
}
