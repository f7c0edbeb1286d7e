import type { ReactNode } from 'react';
import { Button } from './Button';
import { useBusy } from './Form';

export function SubmitButton({ children, wide = true }: { children: ReactNode; wide?: boolean }) {
  const busy = useBusy();
  return (
    <Button type="submit" busy={busy} wide={wide}>
      {children}
    </Button>
  );
}
