import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { meQuery } from '../../api/account';
import { api, ok } from '../../api/client';
import { upload } from '../../api/files';
import type { User } from '../../api/types';
import { Avatar } from '../../design/Avatar';
import { Button, ButtonLink } from '../../design/Button';
import { Loaded } from '../../design/feedback';
import { Choice, Fieldset, Form, TextArea, TextField } from '../../design/Form';
import { SubmitButton } from '../../design/SubmitButton';
import { say } from '../../design/toasts';
import { useErrorText } from '../../i18n/errors';
import { CropDialog } from './CropDialog';
import { FarmPage } from './FarmPage';
import styles from './Photos.module.css';
import { PlaceFields, placeOf } from './PlaceFields';

/** What buyers see of a farm. */
export function Component() {
  const { t } = useTranslation('farm');
  const me = useQuery(meQuery);
  return (
    <FarmPage
      title={t('nav.profile')}
      narrow
      aside={
        me.data && (
          <ButtonLink kind="quiet" small to={`/farms/${me.data.id}`}>
            {t('listing.asBuyers')}
          </ButtonLink>
        )
      }
    >
      <Loaded query={me}>
        {user => (
          <>
            <ProfilePicture user={user} />
            <Fields user={user} />
          </>
        )}
      </Loaded>
    </FarmPage>
  );
}

function Fields({ user }: { user: User }) {
  const { t } = useTranslation(['farm', 'common']);
  const queries = useQueryClient();
  const [placed, setPlaced] = useState(!!user.location);
  return (
    <Form
      onSubmit={async values => {
        const saved = await ok(
          api.PATCH('/api/auth/users/me/', {
            body: {
              first_name: user.first_name,
              last_name: user.last_name,
              farm_name: values.text('farm_name'),
              bio: values.text('bio'),
              phone: values.text('phone'),
              location: placeOf(values, placed),
            },
          }),
        );
        queries.setQueryData(meQuery.queryKey, saved);
        void queries.invalidateQueries({ queryKey: ['seller', user.id] });
        say(t('profile.saved'));
      }}
    >
      <TextField
        name="farm_name"
        label={t('profile.name')}
        hint={t('profile.nameHint', { name: `${user.first_name} ${user.last_name}` })}
        defaultValue={user.farm_name}
        maxLength={150}
        dir="auto"
        optional
      />
      <TextArea
        name="bio"
        label={t('profile.bio')}
        hint={t('profile.bioHint')}
        defaultValue={user.bio}
        dir="auto"
        optional
      />
      <TextField
        name="phone"
        type="tel"
        autoComplete="tel"
        label={t('profile.phone')}
        hint={t('profile.phoneHint')}
        defaultValue={user.phone}
        optional
      />
      <Fieldset legend={t('profile.place')}>
        <Choice
          label={t('profile.placed')}
          hint={t('profile.placedHint')}
          checked={placed}
          onChange={event => setPlaced(event.target.checked)}
        />
        {placed && <PlaceFields place={user.location} />}
      </Fieldset>
      <SubmitButton>{t('common:action.save')}</SubmitButton>
    </Form>
  );
}

function ProfilePicture({ user }: { user: User }) {
  const { t } = useTranslation(['farm', 'common']);
  const queries = useQueryClient();
  const textOf = useErrorText();
  const [file, setFile] = useState<File | null>(null);
  const [part, setPart] = useState<number | null>(null);

  async function send(picture: Blob) {
    const form = new FormData();
    form.append('picture', picture, 'picture.jpg');
    setPart(0);
    try {
      queries.setQueryData(meQuery.queryKey, await upload<User>('PUT', '/api/auth/users/me/picture/', form, setPart));
    } catch (error) {
      say(textOf(error), { kind: 'failed' });
    } finally {
      setPart(null);
    }
  }

  async function remove() {
    try {
      await ok(api.DELETE('/api/auth/users/me/picture/'));
      await queries.invalidateQueries({ queryKey: meQuery.queryKey });
    } catch (error) {
      say(textOf(error), { kind: 'failed' });
    }
  }

  return (
    <div className="row">
      <Avatar name={user.farm_name || user.first_name} url={user.picture_url} size={96} />
      <label className={styles.add}>
        <input
          className="visually-hidden"
          type="file"
          accept="image/jpeg,image/png,image/webp,image/avif"
          onChange={event => {
            setFile(event.target.files?.[0] ?? null);
            event.target.value = '';
          }}
        />
        {t('profile.picture')}
      </label>
      {user.picture_url && (
        <Button kind="quiet" small onClick={() => void remove()}>
          {t('common:action.delete')}
        </Button>
      )}
      {part !== null && <progress aria-label={t('profile.picture')} max={1} value={part} />}
      {file && (
        <CropDialog
          file={file}
          onClose={() => setFile(null)}
          onDone={picture => {
            setFile(null);
            void send(picture);
          }}
        />
      )}
    </div>
  );
}
