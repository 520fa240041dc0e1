/**
 * Chat templates: conversations to prompts. A model's template is a small program in Jinja that
 * comes with its file and is trusted no more than the rest of it; {@link
 * dev.skipstone.model.chat.jinja} runs it. What a template uses and is not known there is an error
 * that says so, never a prompt that is quietly another.
 */
package dev.skipstone.model.chat;
