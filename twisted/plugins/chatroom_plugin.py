"""Tell twistd that there is a chatroom, and a relay; nothing of them is imported until it is asked for."""

from twisted.application.service import ServiceMaker

chatroom = ServiceMaker("chatroom", "chatroom.tap", "A chat room that anybody can join with nc, telnet or chatroom join.", "chatroom")
relay = ServiceMaker(
    "chatroom-relay", "chatroom.relay.tap", "Passes people on to a chatroom, with a star before their names.", "chatroom-relay"
)
