import { useState } from 'preact/hooks';
import { Refusal } from './api';

interface Props {
  readonly label: string;
  /** Asked before it is done, where it cannot be undone. */
  readonly confirm?: string;
  readonly act: () => Promise<void>;
}

/** A button that asks the API for something, and tells what it refuses. */
export function Action({ label, confirm, act }: Props) {
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const run = async (): Promise<void> => {
    if (confirm !== undefined && !globalThis.confirm(confirm)) return;
    setBusy(true);
    setRefusal(undefined);
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setRefusal(error.message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button type="button" disabled={isBusy} onClick={() => void run()}>
        {label}
      </button>
      {refusal !== undefined && (
        <span class="refusal" role="alert">
          {refusal}
        </span>
      )}
    </>
  );
}
