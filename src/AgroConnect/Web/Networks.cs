using System.Net;

namespace AgroConnect.Web;

/// <summary>A comma list of addresses and networks, such as <c>10.0.0.0/8, 192.0.2.7, fd00::/8</c>.</summary>
internal static class Networks
{
    /// <returns>What could be read, and the first part that could not.</returns>
    public static (List<IPNetwork> Networks, string? Wrong) Read(string? list)
    {
        var networks = new List<IPNetwork>();
        foreach (var part in list?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            if (IPNetwork.TryParse(part, out var network))
            {
                networks.Add(network);
            }
            else if (IPAddress.TryParse(part, out var address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else
            {
                return (networks, part);
            }
        }

        return (networks, null);
    }
}
