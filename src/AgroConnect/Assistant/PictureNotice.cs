namespace AgroConnect.Assistant;

/// <summary>What is said to a picture that nobody looks at.</summary>
internal static class PictureNotice
{
    public static string In(string language) => language switch
    {
        "ur" => "میں یہاں تصویر نہیں دیکھ سکتا۔ لکھ کر بتائیں: کون سی فصل یا جانور، کون سا حصہ، کیا رنگ یا نشان، کب سے، اور کتنے پودے یا جانور۔ آپ کے الفاظ سے میرے پاس یہ ہے:",
        "hi" => "मैं यहाँ तस्वीर नहीं देख सकता। लिखकर बताइए: कौन सी फ़सल या पशु, कौन सा भाग, कैसा रंग या निशान, कब से, और कितने पौधे या पशु। आपके शब्दों से मेरे पास यह है:",
        "sw" => "Siwezi kuona picha hapa. Eleza kwa maneno: zao au mnyama gani, sehemu gani, rangi au alama gani, tangu lini, na mimea au wanyama wangapi. Kwa maneno yako nina haya:",
        "es" => "Aquí no puedo ver la imagen. Descríbala: qué cultivo o animal, qué parte, qué color o manchas, desde cuándo y cuántas plantas o animales. Por sus palabras tengo esto:",
        "fr" => "Je ne peux pas voir l'image ici. Décrivez-la : quelle culture ou quel animal, quelle partie, quelle couleur ou quelles taches, depuis quand et combien de plantes ou d'animaux. D'après vos mots, voici ce que j'ai :",
        _ => "I can't look at the picture here. Describe it: which crop or animal, which part of it, what colour or marks, since when, and how many plants or animals. From your words I have this:",
    };
}
