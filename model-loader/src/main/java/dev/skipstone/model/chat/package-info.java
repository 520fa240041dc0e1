/** Chat templates: conversations to prompts. */
package dev.skipstone.model.chat;
