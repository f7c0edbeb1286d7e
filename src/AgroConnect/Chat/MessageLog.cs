using System.Data;
using System.Text.Json;
using AgroConnect.Data;
using AgroConnect.Images;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AgroConnect.Chat;

/// <summary>Writes a group in one transaction, in the way that is fast on a database.</summary>
internal abstract class MessageLog : IAsyncDisposable
{
    /// <summary>Returns after the commit; throws when nothing is written, or nobody knows.</summary>
    public abstract Task WriteAsync(WriteGroup group);

    public abstract ValueTask DisposeAsync();

    protected static StoredImage Picture(string json) => JsonSerializer.Deserialize(json, ImagesJson.Default.StoredImage)!;
}

/// <summary>Two round trips for a group: one that locks and reads, one that writes and commits.</summary>
internal sealed class PostgresMessageLog(NpgsqlDataSource source) : MessageLog
{
    private const int SecondsToAnswer = 8;
    private static readonly TimeSpan TimeToConnect = TimeSpan.FromSeconds(3);

    // The order of the ids is the order of the locks. Blocks are read with them: two probes of an index.
    private const string Conversations = """
        SELECT c.id, c.first_user_id, c.second_user_id, c.last_seq, c.first_read_up_to, c.second_read_up_to,
               EXISTS (SELECT 1 FROM blocks b WHERE b.blocker_id = c.first_user_id AND b.blocked_id = c.second_user_id)
            OR EXISTS (SELECT 1 FROM blocks b WHERE b.blocker_id = c.second_user_id AND b.blocked_id = c.first_user_id)
        FROM conversations c WHERE c.id = ANY($1) ORDER BY c.id FOR NO KEY UPDATE OF c
        """;

    // Asked for while the conversations are held, so that nobody can add one before the commit.
    private const string Repeated = """
        SELECT m.id, m.conversation_id, m.seq, m.sender_id, m.client_id, m.text, m.created_at
        FROM unnest($1, $2, $3) AS k(conversation_id, sender_id, client_id)
        CROSS JOIN LATERAL (SELECT * FROM messages WHERE conversation_id = k.conversation_id AND sender_id = k.sender_id AND client_id = k.client_id LIMIT 1) m
        """;

    private const string ImagesOfRepeated = "SELECT message_id, id, picture FROM chat_images WHERE message_id = ANY($1) ORDER BY message_id, position";

    private const string HeldImages = "SELECT id, uploader_id, message_id IS NOT NULL, picture FROM chat_images WHERE id = ANY($1) ORDER BY id FOR UPDATE";

    private const string Update = """
        UPDATE conversations c
        SET last_seq = n.last_seq, first_read_up_to = n.first_read, second_read_up_to = n.second_read,
            updated_at = CASE WHEN n.last_seq > c.last_seq THEN $5 ELSE c.updated_at END
        FROM unnest($1, $2, $3, $4) AS n(id, last_seq, first_read, second_read) WHERE c.id = n.id
        """;

    private const string Insert = """
        INSERT INTO messages (conversation_id, seq, sender_id, client_id, text, created_at)
        SELECT n.conversation_id, n.seq, n.sender_id, n.client_id, n.text, $6
        FROM unnest($1, $2, $3, $4, $5) AS n(conversation_id, seq, sender_id, client_id, text) RETURNING id, conversation_id, seq
        """;

    private const string Attach =
        "UPDATE chat_images i SET message_id = n.message_id, position = n.position FROM unnest($1, $2, $3) AS n(id, message_id, position) WHERE i.id = n.id";

    private NpgsqlConnection? _connection;

    public override async Task WriteAsync(WriteGroup group)
    {
        try
        {
            if (_connection is null)
            {
                using var limit = new CancellationTokenSource(TimeToConnect);
                _connection = await source.OpenConnectionAsync(limit.Token);
            }

            await HoldAsync(_connection, group);
            await WriteAsync(_connection, group);
        }
        catch
        {
            // Ended for good, and not put back: the driver loses count of which statements of a failed batch are prepared, and the
            // next who runs them there is answered what it does not understand. What is open is rolled back by the server.
            source.Clear();
            await DisposeAsync();
            throw;
        }

        group.Committed();
    }

    public override async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }

    private static async Task HoldAsync(NpgsqlConnection connection, WriteGroup group)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = SecondsToAnswer };
        batch.BatchCommands.Add(new NpgsqlBatchCommand("BEGIN"));
        batch.BatchCommands.Add(Command(Conversations, Array(group.ConversationIds)));
        if (group.Keys.Count > 0)
        {
            batch.BatchCommands.Add(Command(
                Repeated, Array(group.Keys.Select(key => key.Conversation)), Array(group.Keys.Select(key => key.Sender)), Array(group.Keys.Select(key => key.ClientId))));
        }

        if (group.ImageIds.Count > 0)
        {
            batch.BatchCommands.Add(Command(HeldImages, Array(group.ImageIds)));
        }

        var conversations = new Dictionary<long, HeldConversation>();
        var stored = new Dictionary<MessageKey, StoredMessage>();
        var images = new Dictionary<long, HeldImage>();
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                conversations.Add(reader.GetInt64(0), new HeldConversation(
                    reader.GetInt64(0), new Members(reader.GetInt64(1), reader.GetInt64(2)), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetBoolean(6)));
            }

            if (group.Keys.Count > 0)
            {
                await reader.NextResultAsync();
                while (await reader.ReadAsync())
                {
                    var message = new StoredMessage(
                        reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetString(4), reader.GetString(5),
                        reader.GetFieldValue<DateTimeOffset>(6), []);
                    stored.Add(new MessageKey(message.Conversation, message.Sender, message.ClientId), message);
                }
            }

            if (group.ImageIds.Count > 0)
            {
                await reader.NextResultAsync();
                while (await reader.ReadAsync())
                {
                    images.Add(reader.GetInt64(0), new HeldImage(reader.GetInt64(0), reader.GetInt64(1), reader.GetBoolean(2), Picture(reader.GetString(3))));
                }
            }
        }

        if (stored.Count > 0)
        {
            stored = await WithImagesAsync(connection, stored);
        }

        group.Decide(conversations, stored, images);
    }

    private static async Task<Dictionary<MessageKey, StoredMessage>> WithImagesAsync(NpgsqlConnection connection, Dictionary<MessageKey, StoredMessage> stored)
    {
        await using var command = new NpgsqlCommand(ImagesOfRepeated, connection) { CommandTimeout = SecondsToAnswer };
        command.Parameters.Add(Array(stored.Values.Select(message => message.Id)));
        var images = new List<(long Message, AttachedImage Image)>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            images.Add((reader.GetInt64(0), new AttachedImage(reader.GetInt64(1), Picture(reader.GetString(2)))));
        }

        var imagesOf = images.ToLookup(row => row.Message, row => row.Image);
        return stored.ToDictionary(message => message.Key, message => message.Value with { Images = [.. imagesOf[message.Value.Id]] });
    }

    private static async Task WriteAsync(NpgsqlConnection connection, WriteGroup group)
    {
        var attaches = group.Rows.Exists(row => row.Images.Count > 0);
        await using var batch = new NpgsqlBatch(connection) { Timeout = SecondsToAnswer };
        if (group.Changed.Count > 0)
        {
            batch.BatchCommands.Add(Command(
                Update,
                Array(group.Changed.Select(conversation => conversation.Id)),
                Array(group.Changed.Select(conversation => conversation.LastSeq)),
                Array(group.Changed.Select(conversation => conversation.FirstReadUpTo)),
                Array(group.Changed.Select(conversation => conversation.SecondReadUpTo)),
                Time(group.Now)));
        }

        if (group.Rows.Count > 0)
        {
            batch.BatchCommands.Add(Command(
                Insert,
                Array(group.Rows.Select(row => row.Message.Conversation)),
                Array(group.Rows.Select(row => row.Seq)),
                Array(group.Rows.Select(row => row.Message.Sender)),
                Array(group.Rows.Select(row => row.Message.ClientId)),
                Array(group.Rows.Select(row => row.Message.Text)),
                Time(group.Now)));
        }

        if (!attaches)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        }

        await using (var reader = await batch.ExecuteReaderAsync())
        {
            if (group.Rows.Count > 0)
            {
                var rows = group.Rows.ToDictionary(row => (row.Message.Conversation, row.Seq));
                while (await reader.ReadAsync())
                {
                    rows[(reader.GetInt64(1), reader.GetInt64(2))].Id = reader.GetInt64(0);
                }
            }

            // An error of the commit comes with its result.
            while (await reader.NextResultAsync())
            {
            }
        }

        if (attaches)
        {
            await AttachAsync(connection, group);
        }
    }

    private static async Task AttachAsync(NpgsqlConnection connection, WriteGroup group)
    {
        var shown = group.Rows.SelectMany(row => row.Images.Select((image, position) => (image.Id, Message: row.Id, Position: position))).ToList();
        await using var batch = new NpgsqlBatch(connection) { Timeout = SecondsToAnswer };
        batch.BatchCommands.Add(Command(
            Attach, Array(shown.Select(image => image.Id)), Array(shown.Select(image => image.Message)), Array(shown.Select(image => image.Position))));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        await batch.ExecuteNonQueryAsync();
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static NpgsqlParameter<T[]> Array<T>(IEnumerable<T> values) => new() { TypedValue = [.. values] };

    private static NpgsqlParameter<DateTime> Time(DateTimeOffset time) => new() { TypedValue = time.UtcDateTime };
}

/// <summary>Statement by statement: nothing is between this process and the file, and one commit writes it for all.</summary>
internal sealed class SqliteMessageLog(IServiceScopeFactory scopes) : MessageLog
{
    private AsyncServiceScope? _scope;
    private SqliteConnection? _connection;
    private SqliteCommand _conversation = null!;
    private SqliteCommand _repeated = null!;
    private SqliteCommand _imagesOf = null!;
    private SqliteCommand _image = null!;
    private SqliteCommand _update = null!;
    private SqliteCommand _insert = null!;
    private SqliteCommand _attach = null!;

    public override async Task WriteAsync(WriteGroup group)
    {
        try
        {
            if (_connection is null)
            {
                await OpenAsync();
            }

            // IMMEDIATE: a transaction that reads first and then wants to write would be turned away rather than wait.
            using var transaction = _connection!.BeginTransaction(IsolationLevel.Serializable, deferred: false);
            Hold(group, transaction);
            Write(group, transaction);
            transaction.Commit();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }

        group.Committed();
    }

    public override async ValueTask DisposeAsync()
    {
        _connection = null;
        if (_scope is { } scope)
        {
            _scope = null;
            foreach (var command in (ReadOnlySpan<SqliteCommand>)[_conversation, _repeated, _imagesOf, _image, _update, _insert, _attach])
            {
                command?.Dispose();
            }

            await scope.DisposeAsync();
        }
    }

    /// <summary>A connection of a context, which sets what SQLite forgets between connections.</summary>
    private async Task OpenAsync()
    {
        _scope = scopes.CreateAsyncScope();
        var db = _scope.Value.ServiceProvider.GetRequiredService<AppDbContext>();
        await db.Database.OpenConnectionAsync();
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        _conversation = Command(connection, """
            SELECT c.first_user_id, c.second_user_id, c.last_seq, c.first_read_up_to, c.second_read_up_to,
                   EXISTS (SELECT 1 FROM blocks b WHERE b.blocker_id = c.first_user_id AND b.blocked_id = c.second_user_id)
                OR EXISTS (SELECT 1 FROM blocks b WHERE b.blocker_id = c.second_user_id AND b.blocked_id = c.first_user_id)
            FROM conversations c WHERE c.id = $0
            """, 1);
        _repeated = Command(connection, "SELECT id, seq, text, created_at FROM messages WHERE conversation_id = $0 AND sender_id = $1 AND client_id = $2", 3);
        _imagesOf = Command(connection, "SELECT id, picture FROM chat_images WHERE message_id = $0 ORDER BY position", 1);
        _image = Command(connection, "SELECT uploader_id, message_id IS NOT NULL, picture FROM chat_images WHERE id = $0", 1);
        _update = Command(connection, """
            UPDATE conversations SET last_seq = $1, first_read_up_to = $2, second_read_up_to = $3,
                   updated_at = CASE WHEN $1 > last_seq THEN $4 ELSE updated_at END
            WHERE id = $0
            """, 5);
        _insert = Command(connection, """
            INSERT INTO messages (conversation_id, seq, sender_id, client_id, text, created_at) VALUES ($0, $1, $2, $3, $4, $5) RETURNING id
            """, 6);
        _attach = Command(connection, "UPDATE chat_images SET message_id = $1, position = $2 WHERE id = $0", 3);
        _connection = connection;
    }

    private void Hold(WriteGroup group, SqliteTransaction transaction)
    {
        var conversations = new Dictionary<long, HeldConversation>();
        foreach (var id in group.ConversationIds)
        {
            using var row = Set(_conversation, transaction, id).ExecuteReader();
            if (row.Read())
            {
                conversations.Add(id, new HeldConversation(
                    id, new Members(row.GetInt64(0), row.GetInt64(1)), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetBoolean(5)));
            }
        }

        var stored = new Dictionary<MessageKey, StoredMessage>();
        foreach (var key in group.Keys)
        {
            using var row = Set(_repeated, transaction, key.Conversation, key.Sender, key.ClientId).ExecuteReader();
            if (row.Read())
            {
                stored.Add(key, new StoredMessage(
                    row.GetInt64(0), key.Conversation, row.GetInt64(1), key.Sender, key.ClientId, row.GetString(2),
                    DateTimeOffset.UnixEpoch.AddTicks(row.GetInt64(3) * 10), ImagesOf(row.GetInt64(0), transaction)));
            }
        }

        var images = new Dictionary<long, HeldImage>();
        foreach (var id in group.ImageIds)
        {
            using var row = Set(_image, transaction, id).ExecuteReader();
            if (row.Read())
            {
                images.Add(id, new HeldImage(id, row.GetInt64(0), row.GetBoolean(1), Picture(row.GetString(2))));
            }
        }

        group.Decide(conversations, stored, images);
    }

    private List<AttachedImage> ImagesOf(long message, SqliteTransaction transaction)
    {
        var images = new List<AttachedImage>();
        using var row = Set(_imagesOf, transaction, message).ExecuteReader();
        while (row.Read())
        {
            images.Add(new AttachedImage(row.GetInt64(0), Picture(row.GetString(1))));
        }

        return images;
    }

    private void Write(WriteGroup group, SqliteTransaction transaction)
    {
        var now = group.Now.ToUnixTimeMicroseconds();
        foreach (var conversation in group.Changed)
        {
            Set(_update, transaction, conversation.Id, conversation.LastSeq, conversation.FirstReadUpTo, conversation.SecondReadUpTo, now).ExecuteNonQuery();
        }

        foreach (var row in group.Rows)
        {
            var message = row.Message;
            row.Id = (long)Set(_insert, transaction, message.Conversation, row.Seq, message.Sender, message.ClientId, message.Text, now).ExecuteScalar()!;
            for (var position = 0; position < row.Images.Count; position++)
            {
                Set(_attach, transaction, row.Images[position].Id, row.Id, (long)position).ExecuteNonQuery();
            }
        }
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var number = 0; number < parameters; number++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = $"${number}" });
        }

        return command;
    }

    private static SqliteCommand Set(SqliteCommand command, SqliteTransaction transaction, params ReadOnlySpan<object> values)
    {
        command.Transaction = transaction;
        for (var number = 0; number < values.Length; number++)
        {
            command.Parameters[number].Value = values[number];
        }

        return command;
    }
}
