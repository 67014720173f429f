"""The server of `jumun serve`: HTTP/1.1 connections answered by dispatch."""
