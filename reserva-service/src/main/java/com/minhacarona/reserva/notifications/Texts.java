package com.minhacarona.reserva.notifications;

/**
 * What a person is told, in the forms of all channels.
 *
 * @param subject of the e-mail; one line
 * @param text of the e-mail, without markup
 * @param html of the e-mail, whole
 * @param sms at most {@link Gsm#MAX_LENGTH} characters of GSM's alphabet
 * @param pushTitle one line
 * @param push what is shown below the title
 */
record Texts(String subject, String text, String html, String sms, String pushTitle, String push) {}
