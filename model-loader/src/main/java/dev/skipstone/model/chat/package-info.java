/**
 * Chat templates: conversations to prompts. A model's template is a small program in Jinja that
 * comes with its file and is trusted no more than the rest of it: it runs in a sandbox, sees
 * nothing but the conversation, and its work and output are bounded. What a template uses and the
 * sandbox lacks is an error that says so, never a prompt that is quietly another.
 */
package dev.skipstone.model.chat;
