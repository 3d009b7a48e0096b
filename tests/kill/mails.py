"""Mails for the kill tests: each from a citizen of its own, so that no cap on answers hides a lost one."""

from email.message import EmailMessage
from email.policy import SMTP

ROUTED = "Kadıköy Moda Caddesi'nde çöp kutuları taşıyor, üç gündür alınmıyor."
UNSURE = "Merhaba, size bir şey danışmak istiyorum, kime yazmam gerektiğini bilemedim."


def mail(number: int, text: str = "") -> bytes:
    """The mail with this number, as servers hand it over: every fourth is routed, every tenth has a file."""
    message = EmailMessage(policy=SMTP)
    message["From"] = f"Ayşe Yılmaz <vatandas{number}@eposta.example>"
    message["To"] = "beyazmasa@buyuksehir.example"
    message["Subject"] = f"Başvuru {number}"
    message["Message-ID"] = f"<{number}@eposta.example>"
    message["Date"] = "Mon, 23 Nov 2026 12:00:00 +0300"
    words = text or (ROUTED if number % 4 == 0 else UNSURE)
    message.set_content(f"{words}\n\nKayıt {number}, iyi çalışmalar.\n")
    if number % 10 == 0:
        photo = f"Fotoğraf {number}".encode() * 50
        message.add_attachment(photo, "image", "jpeg", filename=f"çöp-{number}.jpg")
    return message.as_bytes()
