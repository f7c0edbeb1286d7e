import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../api/client';
import { Button, IconButton } from '../../design/Button';
import { Dialog } from '../../design/Dialog';
import { say } from '../../design/toasts';
import { useErrorText } from '../../i18n/errors';

/** Blocking somebody, and letting them write again. */
export function ThreadMenu({ other }: { other: { id: number; name: string } }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const textOf = useErrorText();
  const [open, setOpen] = useState(false);
  const blocks = useQuery({
    queryKey: ['blocks'],
    queryFn: () => ok(api.GET('/api/chat/blocks/')),
    meta: { keepOffline: false },
    enabled: open,
  });
  const blocked = blocks.data?.some(block => block.user.id === other.id);
  const toggle = useMutation({
    mutationFn: (): Promise<unknown> =>
      blocked
        ? ok(api.DELETE('/api/chat/blocks/{user}/', { params: { path: { user: other.id } } }))
        : ok(api.POST('/api/chat/blocks/', { body: { user: other.id } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['blocks'] }),
    onError: error => say(textOf(error), { kind: 'failed' }),
  });
  return (
    <>
      <IconButton
        icon="shield"
        label={t('messages.block', { name: other.name })}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      />
      {open && (
        <Dialog title={other.name} onClose={() => setOpen(false)}>
          <div className="stack">
            <p>{blocked ? t('messages.blockedText') : t('messages.blockText')}</p>
            <Button
              kind={blocked ? 'secondary' : 'danger'}
              busy={toggle.isPending || blocks.isPending}
              onClick={() => toggle.mutate()}
            >
              {blocked ? t('messages.unblock', { name: other.name }) : t('messages.block', { name: other.name })}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
