import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, ok } from '../../api/client';
import { Button } from '../../design/Button';
import { say } from '../../design/toasts';
import { useErrorText } from '../../i18n/errors';

/** Opens the conversation with somebody, begun now if need be. */
export function TalkButton({ user }: { user: number }) {
  const { t } = useTranslation('work');
  const navigate = useNavigate();
  const textOf = useErrorText();
  const talk = useMutation({
    mutationFn: () => ok(api.POST('/api/chat/conversations/', { body: { user } })),
    onSuccess: ({ id }) => navigate(`/messages/${id}`),
    onError: error => say(textOf(error), { kind: 'failed' }),
  });
  return (
    <Button kind="secondary" small icon="chat" busy={talk.isPending} onClick={() => talk.mutate()}>
      {t('talk')}
    </Button>
  );
}
