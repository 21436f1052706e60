#!/bin/sh
echo nothing to do with packages
