import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AttachPictures } from '../../design/AttachPictures';
import { Button, IconButton } from '../../design/Button';
import { MessageBox } from '../../design/MessageBox';
import styles from './Ask.module.css';

/** Where the question is written, with a picture of a leaf or a pest when that says more. */
export function AskBox({ busy, onAsk }: { busy: boolean; onAsk: (message: string, image?: File) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [image, setImage] = useState<{ file: File; url: string }>();

  function send() {
    const message = text.trim() || (image ? t('ask.aboutPicture') : '');
    if (message && !busy) {
      onAsk(message, image?.file);
      setText('');
      setImage(undefined);
    }
  }

  return (
    <form
      className={styles.composer}
      onSubmit={event => {
        event.preventDefault();
        send();
      }}
    >
      {image && (
        <div className={styles.picture}>
          <img src={image.url} alt={t('messages.picture')} width={64} height={64} />
          <Button kind="quiet" small onClick={() => setImage(undefined)}>
            {t('messages.removePicture')}
          </Button>
        </div>
      )}
      <div className={styles.box}>
        <AttachPictures icon="camera" onPick={([file]) => setImage(file && { file, url: URL.createObjectURL(file) })} />
        <MessageBox label={t('ask.placeholder')} value={text} onChange={setText} onSend={send} />
        <IconButton type="submit" icon="send" label={t('ask.action')} aria-disabled={busy} />
      </div>
    </form>
  );
}
