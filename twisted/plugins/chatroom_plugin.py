"""Tell twistd that there is a chatroom; nothing of it is imported until it is asked for."""

from twisted.application.service import ServiceMaker

chatroom = ServiceMaker("chatroom", "chatroom.tap", "A chat room that anybody can join with nc, telnet or chatroom join.", "chatroom")
