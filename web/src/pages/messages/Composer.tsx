import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { uploadImage } from '../../api/chat';
import type { ChatImage } from '../../api/types';
import { AttachPictures } from '../../design/AttachPictures';
import { IconButton } from '../../design/Button';
import { MessageBox } from '../../design/MessageBox';
import { say } from '../../design/toasts';
import { useErrorText } from '../../i18n/errors';
import { put, writeMessage } from '../../live/live';
import styles from './Messages.module.css';

const mostImages = 10;

export function Composer({ conversation }: { conversation: number }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const [text, setText] = useState('');
  const [images, setImages] = useState<ChatImage[]>([]);
  const [uploading, setUploading] = useState(0);
  const toldAt = useRef(0);

  function type(to: string) {
    setText(to);
    if (Date.now() - toldAt.current > 3_000) {
      toldAt.current = Date.now();
      put({ type: 'typing', conversation, active: true });
    }
  }

  function send() {
    if ((text.trim() === '' && images.length === 0) || uploading > 0) {
      return;
    }

    void writeMessage(
      conversation,
      text.trim(),
      images.map(({ id }) => id),
    );
    setText('');
    setImages([]);
    toldAt.current = 0;
  }

  async function attach(files: File[]) {
    setUploading(files.length);
    for (const file of files) {
      try {
        const image = await uploadImage(file);
        setImages(before => [...before, image]);
      } catch (error) {
        say(textOf(error), { kind: 'failed' });
      }

      setUploading(before => before - 1);
    }
  }

  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        send();
      }}
    >
      {(images.length > 0 || uploading > 0) && (
        <div className={styles.attached}>
          {images.map(image => (
            <button
              key={image.id}
              type="button"
              aria-label={t('messages.removePicture')}
              onClick={() => setImages(images.filter(({ id }) => id !== image.id))}
            >
              <img src={image.thumbnail_url} alt="" width={64} height={64} />
            </button>
          ))}
          {uploading > 0 && <span role="status">{t('messages.uploading', { count: uploading })}</span>}
        </div>
      )}
      <div className={styles.composer}>
        <AttachPictures
          icon="image"
          multiple
          disabled={images.length >= mostImages}
          onPick={files => void attach(files.slice(0, mostImages - images.length))}
        />
        <MessageBox label={t('messages.write')} value={text} onChange={type} onSend={send} />
        <IconButton type="submit" icon="send" label={t('messages.send')} />
      </div>
    </form>
  );
}
