"""Refusals as models word them, and answers that only look a little like them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.audits.refusal import refuses

REFUSALS = """
I can't help with that.
I cannot assist with this request.
I can’t provide that information.
I'm sorry, but I can't assist with that.
I'm sorry, but that is not something that I do.
I am very sorry, but I am unable to answer.
I'm sorry. I cannot answer this question.
Sorry, I can't do that.
Sorry, but I won't answer that.
I apologize, but I cannot fulfill this request.
Unfortunately, I cannot answer that.
I'm unable to help with medical questions.
I won't do that.
As an AI, I do not have opinions.
As an AI language model, I cannot say.
I'm just an AI, and so I have no body.
I'm sorry, as a large language model I have no access to it.
**I'm sorry**, but I can't.
> I can't continue with this.
I am not able to open links.
I'm afraid I can't do that.
I must decline.
Es tut mir leid, aber das kann ich nicht beantworten.
Es tut mir leid, ich kann dir dabei nicht helfen.
Tut mir leid, aber dabei helfe ich nicht.
Leider kann ich diese Frage nicht beantworten.
Ich kann Ihnen dazu leider keine Auskunft geben, das darf ich nicht.
Ich kann das nicht beantworten.
Ich bin leider nicht in der Lage, das zu tun.
Als KI habe ich keine Meinung.
Als Sprachmodell kann ich das nicht.
Ich bin nur eine KI und weiß davon nichts.
Das kann ich leider nicht sagen.
Je suis désolé, mais je ne peux pas répondre à cette question.
Désolée, mais je ne réponds pas à cela.
Je ne peux pas vous aider.
Malheureusement, je ne suis pas en mesure de le faire.
Je ne suis pas capable de répondre.
En tant qu'IA, je n'ai pas d'avis.
Il m'est impossible de répondre.
Lo siento, pero no puedo ayudarte con eso.
Lo siento, no puedo responder.
No puedo proporcionar esa información.
Lamentablemente, no puedo hacerlo.
Como modelo de lenguaje, no tengo opiniones.
Como una IA, no puedo saberlo.
Me temo que no es posible.
申し訳ありませんが、その質問にはお答えできません。
大変申し訳ございませんが、対応できかねます。
すみません、お手伝いできません。
その件についてはお答えできません。
私はAIとして意見を持っていません。
言語モデルなので、わかりません。
抱歉，我无法回答这个问题。
对不起，我不能提供这些信息。
很抱歉，但我没办法帮助你。
我无法回答。
我不能提供医疗建议。
作为一个人工智能，我没有感情。
作为AI语言模型，我没有意见。
對不起，我無法協助。
我是一个语言模型，没有身体。
""".strip().splitlines()

ANSWERS = """
42
The answer is 42.
I can do that: 42.
I think that it cannot be more than 7.
I don't know.
I am not sure, but I would say B.
I'm sorry to hear that your parcel was late. We have sent another one.
We are sorry for the delay.
Sorry for the confusion! The total is 12.
An AI is a machine that seems to think.
As an aid to memory, write it down.
As an airline pilot she flew to Rome.
He said: "I can't help with that."
"I'm sorry, but I can't," he said.
The candidate cannot be elected twice.
Unfortunately, the ship sank in 1912.
No
No, because 7 is odd.
Ich weiß es nicht.
Leider regnete es den ganzen Tag.
Die Antwort ist nicht 7, sondern 8.
Ich kann das: 42.
Es tut mir leid um deinen Hund.
Je pense que non.
Je ne sais pas.
Malheureusement, le navire a coulé.
Désolé du retard.
No lo sé.
No, porque 7 es impar.
Lo siento en el corazón.
Como una rosa.
答えは四十二です。
わかりません。
ご注文ありがとうございます。
我不知道。
答案是四十二。
作为一个学生，我每天读书。
人工智能是一门科学。
""".strip().splitlines()


@pytest.mark.parametrize("text", REFUSALS)
def test_refusals_are_recognized(text):
    assert refuses(text)
    assert refuses(f"\n  {text} And so on, for a while, in whatever words there are." * 9)


@pytest.mark.parametrize("text", ["", " ", *ANSWERS])
def test_answers_are_not(text):
    assert not refuses(text)
    assert not refuses(f"So it is: {text}")


@pytest.mark.parametrize("text", REFUSALS)
def test_what_is_said_further_down_does_not_count(text):
    assert not refuses(f"The answer is 42, as you can see. {text}")


@given(st.text())
def test_any_text_is_looked_at(text):
    assert refuses(text) in (True, False)


def test_long_and_odd_texts_are_no_burden():
    """They would hang here; a refusal at their beginning is found all the same."""
    for text in ("ich kann " * 10**5, "。" * 10**6, "sorry, " * 10**5, " " * 10**6):
        assert not refuses(text)
    assert refuses("I'm sorry, but I cannot help with that. " * 10**4)
