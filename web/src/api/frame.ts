/** Calls `act` with the next frame, or soon where no frames are drawn; returns the undo. */
export function nextFrame(act: () => void): () => void {
  if (document.hidden) {
    const timer = setTimeout(act, 250);
    return () => { clearTimeout(timer); };
  }
  const frame = requestAnimationFrame(act);
  // A page that is being hidden draws no more frames.
  const timer = setTimeout(act, 250);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
