namespace AgroConnect.Tests.Assistant;

[WithoutDatabase]
public sealed class FindingArticles
{
    [Theory]
    [InlineData("managment of powdary mildew in pees", "powdery-mildew")]
    [InlineData("boll worm", "bollworm")]
    [InlineData("cotton bollwroms", "bollworm")]
    [InlineData("flower droping tomato", "flower-fruit-drop")]
    [InlineData("army-worm", "fall-armyworm")]
    public void Understands_misspellings_and_words_in_one_or_two(string text, string article) => Assert.Equal(article, Farmers.Find(text)[0]);

    [Theory]
    [InlineData("گائے کے تھن میں سوزش", "mastitis")]
    [InlineData("गेहूं में पीला रतुआ", "wheat-rust")]
    [InlineData("kapas me gulabi sundi", "bollworm")]
    [InlineData("kuku wangu wana kideri", "newcastle")]
    [InlineData("cómo hacer compost", "compost")]
    [InlineData("pucerons sur chou", "aphids")]
    [InlineData("sukuma wiki grey insects", "aphids")]
    public void Knows_the_words_of_farmers_in_six_languages(string text, string article) => Assert.Equal(article, Farmers.Find(text)[0]);

    [Theory]
    [InlineData("کپاس پر سفید مکھی کا علاج", "ur")]
    [InlineData("गेहूं में यूरिया कब डालें", "hi")]
    [InlineData("gay ka doodh kaise badhaye", "hi")]
    [InlineData("jinsi ya kutengeneza mboji", "sw")]
    [InlineData("nyoka ameniuma shambani", "sw")]
    [InlineData("mis plantas de tomate tienen hojas amarillas", "es")]
    [InlineData("pourquoi les feuilles jaunissent", "fr")]
    [InlineData("aphids on mustard", "en")]
    [InlineData("", "en")]
    [InlineData("12345 ???", "en")]
    public void Answers_in_the_language_of_the_question(string text, string language) => Assert.Equal(language, Farmers.Retrieval.LanguageOf(text, null));

    [Fact]
    public void Answers_in_the_language_that_was_asked_for() => Assert.Equal("fr", Farmers.Retrieval.LanguageOf("aphids on mustard", "fr"));

    [Theory]
    [InlineData("how to prevent it next season?", "my wheat has yellow stripe rust", "wheat-rust")]
    [InlineData("in how many splits and when for urea?", "Which fertiliser does paddy need?", "urea-nitrogen")]
    [InlineData("how much first milk should it get?", "My cow calved this morning", "calf-rearing")]
    [InlineData("can I eat it?", "my groundnuts have green mould", "aflatoxin")]
    public void Reads_an_unfinished_question_with_what_was_said_before(string text, string before, string article) =>
        Assert.Contains(article, Farmers.Find(text, before));

    [Fact]
    public void Leaves_an_earlier_crop_when_another_is_named()
    {
        Assert.Equal("potato-guide", Farmers.Find("how do I plant potato", "my wheat has rust")[0]);
    }

    [Theory]
    [InlineData("who wrote hamlet")]
    [InlineData("zxcvb qwerty")]
    [InlineData("")]
    [InlineData("?!")]
    public void Finds_nothing_for_what_no_article_is_about(string text) => Assert.Empty(Farmers.Find(text));

    [Fact]
    public void Survives_text_that_is_long_or_no_text_at_all()
    {
        foreach (var text in new[] { new string('a', 4000), string.Concat(Enumerable.Repeat("tomato 🍅 ", 400)), "\ud800 \uffff \0", string.Concat(Enumerable.Repeat("ا", 4000)) })
        {
            Assert.NotNull(Farmers.Ask(text, text));
        }
    }
}
