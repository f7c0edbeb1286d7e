namespace AgroConnect.Chat;

/// <summary>One client's line.</summary>
internal sealed class ChatSocket
{
}
