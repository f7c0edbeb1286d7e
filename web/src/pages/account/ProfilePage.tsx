import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { meQuery, useMe } from '../../api/account';
import { api, asForm, ok } from '../../api/client';
import type { User } from '../../api/types';
import { Page } from '../../app/Page';
import { Avatar } from '../../design/Avatar';
import { Button } from '../../design/Button';
import { SkeletonList } from '../../design/feedback';
import { Form, TextArea, TextField } from '../../design/Form';
import { SubmitButton } from '../../design/SubmitButton';
import { say } from '../../design/toasts';
import { useErrorText } from '../../i18n/errors';
import { PlaceField, readPlace } from './PlaceField';

export function Component() {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <Page title={t('profile.title')} narrow>
      {me ? <Profile me={me} /> : <SkeletonList />}
    </Page>
  );
}

export function Profile({ me }: { me: User }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return (
    <>
      <PictureOfMe me={me} />
      <Form
        onSubmit={async values => {
          const { text } = values;
          const body = {
            first_name: text('first_name'),
            last_name: text('last_name'),
            phone: text('phone'),
            bio: text('bio'),
            location: readPlace(values) as NonNullable<User['location']>,
            ...(me.role === 'buyer' ? {} : { farm_name: text('farm_name') }),
          };
          client.setQueryData(meQuery.queryKey, await ok(api.PATCH('/api/auth/users/me/', { body })));
          say(t('profile.saved'));
        }}
      >
        <TextField
          name="first_name"
          label={t('account.firstName')}
          autoComplete="given-name"
          defaultValue={me.first_name}
        />
        <TextField
          name="last_name"
          label={t('account.lastName')}
          autoComplete="family-name"
          defaultValue={me.last_name}
        />
        {me.role !== 'buyer' && (
          <TextField name="farm_name" label={t('profile.farmName')} optional defaultValue={me.farm_name} />
        )}
        <TextField
          name="phone"
          type="tel"
          label={t('checkout.phone')}
          hint={t('profile.phoneHint')}
          optional
          autoComplete="tel"
          defaultValue={me.phone}
        />
        <PlaceField place={me.location} />
        <TextArea
          name="bio"
          label={t('profile.bio')}
          hint={t('profile.bioHint')}
          optional
          maxLength={5000}
          defaultValue={me.bio}
        />
        <SubmitButton>{t('action.save')}</SubmitButton>
      </Form>
    </>
  );
}

function PictureOfMe({ me }: { me: User }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const textOf = useErrorText();
  const input = useRef<HTMLInputElement>(null);
  const upload = useMutation({
    mutationFn: (picture: File) => {
      const body = new FormData();
      body.set('picture', picture);
      return ok(api.PUT('/api/auth/users/me/picture/', { body: body as never, ...asForm }));
    },
    onSuccess: user => client.setQueryData(meQuery.queryKey, user),
    onError: error => say(textOf(error), { kind: 'failed' }),
  });
  const remove = useMutation({
    mutationFn: () => ok(api.DELETE('/api/auth/users/me/picture/')),
    onSuccess: () => client.invalidateQueries({ queryKey: meQuery.queryKey }),
    onError: error => say(textOf(error), { kind: 'failed' }),
  });
  return (
    <div className="row">
      <Avatar name={me.first_name || me.email} url={me.picture_url} size={88} />
      <input
        ref={input}
        type="file"
        accept="image/jpeg,image/png,image/webp,image/avif"
        hidden
        aria-label={t('profile.picture')}
        onChange={event => {
          const [file] = event.target.files ?? [];
          if (file) {
            upload.mutate(file);
          }

          event.target.value = '';
        }}
      />
      <Button kind="secondary" icon="camera" busy={upload.isPending} onClick={() => input.current?.click()}>
        {t('profile.picture')}
      </Button>
      {me.picture_url && (
        <Button kind="quiet" busy={remove.isPending} onClick={() => remove.mutate()}>
          {t('profile.pictureRemove')}
        </Button>
      )}
    </div>
  );
}
