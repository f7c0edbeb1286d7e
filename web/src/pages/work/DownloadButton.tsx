import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from '../../design/Button';
import type { IconName } from '../../design/Icon';
import { say } from '../../design/toasts';
import { useErrorText } from '../../i18n/errors';

export function DownloadButton({
  icon,
  onDownload,
  children,
}: {
  icon: IconName;
  onDownload: () => Promise<void>;
  children: ReactNode;
}) {
  const textOf = useErrorText();
  const download = useMutation({
    mutationFn: onDownload,
    onError: error => say(textOf(error), { kind: 'failed' }),
  });
  return (
    <Button kind="secondary" small icon={icon} busy={download.isPending} onClick={() => download.mutate()}>
      {children}
    </Button>
  );
}
