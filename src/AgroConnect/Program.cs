using AgroConnect.Data;
using AgroConnect.Users;
using AgroConnect.Web;

var builder = WebApplication.CreateBuilder(args);

builder.AddWeb();
builder.AddDatabase();
builder.AddUsers();

var app = builder.Build();

app.UseWeb();
app.MapUsers();

app.Run();
